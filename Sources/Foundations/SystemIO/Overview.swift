// SystemIO: files, folders, descriptors and processes of the operating system.
//
// It owns the one way to write durably, to hold a descriptor, and to start a child process. It knows nothing of images.
