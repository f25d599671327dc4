// KeyStorage: the keys that sign sessions and addresses, in files that only the server's user may read.
//
// It knows how keys are kept and replaced, not what they sign.
