// Composition: constructs the stores, drivers and services, and wires them into programs.
//
// It is the one place that knows every target. It owns the options of the server, the order in which its parts start
// and stop, and nothing that belongs to a use case. Only the executable and the tests of whole applications import it.
