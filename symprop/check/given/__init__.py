"""What is known of a document from elsewhere: networks, and the declarations in its comments."""
