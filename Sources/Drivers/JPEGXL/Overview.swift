// JPEGXL: libjxl's decoder, for what libvips does not read of JPEG XL: how many frames there are, and the first of them.
//
// It is the only target that imports libjxl, knows nothing of renditions, and runs in worker processes only.
