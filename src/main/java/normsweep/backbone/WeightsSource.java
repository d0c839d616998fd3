package normsweep.backbone;

import normsweep.base.AtomicFiles;

/**
 * One place weights can be fetched from.
 *
 * @param address what the user is told
 * @param fileName name in the weights folder
 * @param pretrainedOn the data the weights were trained on
 * @param fetch brings them to a file in the Keras Applications layout; throws unavailable, its
 *     message naming the address, if the source does not give what it should
 */
public record WeightsSource(
    String address, String fileName, String pretrainedOn, AtomicFiles.FileContent fetch) {}
