// Services: the use cases of the repository.
//
// Each folder holds one concept: taking images in (Ingest), their files and renditions (Renditions), records (Library),
// search, background work (Jobs), accounts and sessions (Accounts), signed addresses (Delivery), archives, albums,
// and the check of catalogue and store (Integrity). Services are given the stores they need, and know nothing of HTTP.
