package normsweep.report.notebook;

import java.util.Optional;

/**
 * The output of a code cell.
 *
 * @param printed the text it printed
 * @param picture the picture that its last expression evaluated to, as PNG
 * @param value a description of its last expression, if it was a picture
 */
record CellOutput(String printed, Optional<byte[]> picture, String value) {}
