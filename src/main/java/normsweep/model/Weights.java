package normsweep.model;

import java.nio.file.Path;

/**
 * Backbone weights that have passed the gate.
 *
 * @param name short name for tables and reports
 * @param source where the bytes came from: an address, a package, or the user's file
 * @param file the file in the Keras Applications layout (HDF5)
 * @param sha256 digest of {@code file}, lower-case hexadecimal
 * @param pretrainedOn the data the weights were trained on, or a sentence that it is not stated
 */
public record Weights(String name, String source, Path file, String sha256, String pretrainedOn) {}
