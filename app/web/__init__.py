"""What every page needs: forms, fields, filters, errors, headers, language, paging, panels."""
