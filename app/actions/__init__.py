"""What somebody can do: one list over appeals, events and aid."""
