"""Use cases of appeals: giving, settling, editing, forgetting."""
