"""PostgreSQL as the framework speaks to it, with one thing asked less often."""
