"""The outbox: a mail is a row in the transaction that causes it, rendered and sent by the worker.

A *template* is a folder below templates/mail with subject.txt, body.txt and body.html.
"""
