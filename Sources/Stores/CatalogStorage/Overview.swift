// CatalogStorage: what is known of images, contents, files and jobs, in a relational database.
//
// It owns the schema, its migrations and every query. It knows neither files nor pixels nor HTTP.
