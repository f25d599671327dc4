// CommandLine: options, environment variables and help texts of a command-line program.
//
// It knows nothing of what the commands do.
