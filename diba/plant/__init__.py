"""The shared ground: site, units, people, posts, watches, absences, accounts, the record, telling and asking."""
