"""What the application is put together from: lists that `factory` hands over."""
