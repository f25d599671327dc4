// Client: the other end of the API, for somebody who has files here and a server elsewhere.
//
// It owns the typed calls of the API, the walk through folders, the journal of what has been sent, credentials and
// progress. It speaks HTTP through its driver, and knows nothing of how a server keeps things: no services, no stores, and
// not the API's own target. Only commands and the composition import it.
