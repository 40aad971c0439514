"""What is kept: models, the database's two ways of being opened, queries, migrations."""
