"""The people we know: supporters and what they agreed to.

A *supporter* is one e-mail address. A *consent* is one thing that she said yes to, in the words
that she saw, at one time; taking it back is written beside it, never over it. How a donor wants
to be named is not here: names belong to each donation and never join across gifts.
"""
