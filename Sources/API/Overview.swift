// API: HTTP in, HTTP out.
//
// Each handler parses, authorises, calls one service and presents the result. It never imports stores, imaging or
// drivers.
