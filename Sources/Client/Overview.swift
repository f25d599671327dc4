// Client: the other end of the API: what somebody does who has a server elsewhere and files here.
//
// It owns the typed calls of the API, the walk through folders, what has been done before, credentials and progress. It
// speaks HTTP through its driver, and knows nothing of how a server keeps things: never services, stores or the API's own
// room. Commands are its only callers.
