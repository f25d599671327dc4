// Resampling: samples made fewer.
//
// It owns the arithmetic of reducing pictures. It knows nothing of files, colours or libraries of images.
