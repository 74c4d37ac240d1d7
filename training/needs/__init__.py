"""Who lacks what: said by people or from above, met by a course or article, measured before and after."""
