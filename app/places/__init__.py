"""Where things are: places, postcodes and towns, what is near, and a map drawn here.

A *place* has an *area*, which may be shown to anybody (a town, or the centre of a postcode district
and how far it reaches), and a *precise* part, which is encrypted and shown only to whom the thing
at that place allows. Postcodes and towns come from bundled data; nobody outside is asked.
"""
