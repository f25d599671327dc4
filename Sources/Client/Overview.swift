// Client: the other end of the API, for local files and a remote server (docs/decisions/0011).
//
// It owns the typed calls of the API, the walk through folders, the journal of uploads, credentials and
// progress. It uses HTTP through its driver, and does not depend on the server: no services, no stores, and
// not the target API. Only commands and the composition import it.
