"""The forms with which a group says who it is and where its money goes."""
