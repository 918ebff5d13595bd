"""Who did what to which row, when. An *actor* causes an *action* on a *subject* ("appeal:12")."""
