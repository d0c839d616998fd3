package normsweep.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** PNG files of every colour type and depth, written by the specification alone. */
final class Pngs {
  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int GREY_ALPHA = 4;
  static final int RGB_ALPHA = 6;

  private Pngs() {}

  /** A sample of one channel. */
  @FunctionalInterface
  interface Samples {
    int at(int x, int y, int channel);
  }

  /**
   * A picture.
   *
   * @param before chunks between the header and the pixels, data by name
   */
  static byte[] of(int size, int type, int depth, Samples samples, Map<String, byte[]> before) {
    int channels =
        switch (type) {
          case RGB -> 3;
          case GREY_ALPHA -> 2;
          case RGB_ALPHA -> 4;
          default -> 1;
        };
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    for (int y = 0; y < size; y++) {
      pixels.write(0);
      int packed = 0;
      int bits = 0;
      for (int i = 0; i < size * channels; i++) {
        packed = packed << depth | samples.at(i / channels, y, i % channels);
        for (bits += depth; bits >= 8; bits -= 8) {
          pixels.write(packed >> (bits - 8));
        }
      }
      if (bits > 0) {
        pixels.write(packed << (8 - bits));
      }
    }
    Map<String, byte[]> chunks = new LinkedHashMap<>();
    ByteBuffer header = ByteBuffer.allocate(13).putInt(size).putInt(size);
    chunks.put("IHDR", header.put((byte) depth).put((byte) type).array());
    chunks.putAll(before);
    chunks.put("IDAT", deflated(pixels.toByteArray()));
    chunks.put("IEND", new byte[0]);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunks.forEach((name, data) -> png.writeBytes(chunk(name, data)));
    return png.toByteArray();
  }

  static byte[] chunk(String name, byte[] data) {
    byte[] type = name.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 checksum = new CRC32();
    checksum.update(type);
    checksum.update(data);
    ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length).put(type);
    return chunk.put(data).putInt((int) checksum.getValue()).array();
  }

  private static byte[] deflated(byte[] data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
      deflater.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
