// Services: the use cases of the repository: ingest, renditions, search, jobs, integrity.
//
// One folder a concept. They are given the stores they need, and know nothing of HTTP.
