// SystemIO: files, folders, descriptors and processes of the operating system.
//
// It owns paths and the status of files, the steps of a durable write, open descriptors, bytes that can be sent
// (`ByteSource`, `Segment`), child processes, and what confines them. It knows nothing of images.
