package normsweep.report.notebook;

import java.util.Optional;

/**
 * What a code cell did.
 *
 * @param printed what it printed
 * @param picture the picture that its last expression was, as PNG
 * @param value what its last expression was in words, if it was a picture
 */
record CellOutput(String printed, Optional<byte[]> picture, String value) {}
