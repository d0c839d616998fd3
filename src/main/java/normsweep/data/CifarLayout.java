package normsweep.data;

import java.util.List;

/**
 * The binary layout of CIFAR-10 (Krizhevsky 2009): six batches of records, each record one label
 * byte and 3,072 pixel bytes, the red plane first, then green and blue, rows from the top.
 *
 * @param imagesPerBatch records in each batch; 10,000 in CIFAR-10 itself
 * @param batchSha256 the digest of each batch file, in the order of {@link #BATCHES}
 * @param wholeSha256 the digest of all batch files one after the other
 */
record CifarLayout(int imagesPerBatch, List<String> batchSha256, String wholeSha256) {
  static final int SIDE = 32;
  static final int CHANNELS = 3;
  static final int PLANE_BYTES = SIDE * SIDE;
  static final int IMAGE_BYTES = CHANNELS * PLANE_BYTES;
  static final int RECORD_BYTES = 1 + IMAGE_BYTES;

  /** Batch names without their ending, the test batch last. */
  static final List<String> BATCHES =
      List.of(
          "data_batch_1",
          "data_batch_2",
          "data_batch_3",
          "data_batch_4",
          "data_batch_5",
          "test_batch");

  /**
   * The published data set. The digests are those of the files in the official archive; the npm
   * package, converted, gives the same bytes.
   */
  static final CifarLayout OFFICIAL =
      new CifarLayout(
          10_000,
          List.of(
              "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
              "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
              "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
              "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
              "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
              "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
          "013ba16d14ecc4829da62bf2af648ca30f600491ecb3e7f329c827db0dd17522");

  int images() {
    return imagesPerBatch * BATCHES.size();
  }

  long batchBytes() {
    return (long) imagesPerBatch * RECORD_BYTES;
  }
}
