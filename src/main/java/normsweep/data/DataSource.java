package normsweep.data;

/**
 * Where the data came from.
 *
 * @param source the user's path, or the address or package it was fetched from
 * @param sha256 SHA-256 of all 60,000 records in the official binary layout, training batches 1 to
 *     5 and then the test batch
 */
public record DataSource(String source, String sha256) {}
