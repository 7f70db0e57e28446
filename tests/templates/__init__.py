"""The first edition of the shared templates of official documents, made by a script so that they can be made again."""
