// Resampling: pictures made smaller by our own arithmetic.
//
// It owns the filter and its weights. It knows nothing of files, colours or image libraries.
