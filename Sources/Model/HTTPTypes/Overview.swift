// HTTPTypes: HTTP as values: requests, responses, fields, conditions, ranges, multipart bodies.
//
// Pure, after RFC 9110 and its company. It knows no sockets, no routes and no images.
