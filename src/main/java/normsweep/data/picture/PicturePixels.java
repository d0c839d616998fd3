package normsweep.data.picture;

import java.net.URI;
import java.util.Random;
import java.util.function.IntToLongFunction;
import normsweep.data.Augmentation;
import normsweep.data.Frames;
import normsweep.data.Framing;
import normsweep.data.Pixels;
import normsweep.record.DataSettings;
import org.datavec.image.data.ImageWritable;

/** Pictures as squares; those cut out at random are drawn again for every view. */
final class PicturePixels implements Pixels {
  private final PictureRecordReader reader;
  private final DataSettings settings;
  private final Resize resize;
  private final IntToLongFunction drawnBy;
  private final Augmentation augmentation;

  /** Reads with {@code reader}; {@code drawnBy} tells pictures' draws from those of others. */
  PicturePixels(PictureRecordReader reader, DataSettings settings, IntToLongFunction drawnBy) {
    this.reader = reader;
    this.settings = settings;
    this.drawnBy = drawnBy;
    resize = Resize.of(settings.resize());
    int padding = resize == Resize.CROP ? 0 : Math.min(settings.padding(), side() - 1);
    augmentation = Augmentation.of(padding, settings.flip(), settings.splitSeed());
  }

  @Override
  public int side() {
    return settings.imageSize();
  }

  @Override
  public byte[] plain(int index) {
    return read(index, resize.plain());
  }

  private byte[] read(int index, Framing framing) {
    URI file = reader.origin(index).getURI();
    return Frames.planes(((ImageWritable) reader.read(file, framing).get(0)).getFrame());
  }

  @Override
  public byte[] view(int index, int view) {
    long drawn = drawnBy.applyAsLong(index);
    // Another seed than that of the mirroring, which would otherwise follow from the crop.
    Random random = Augmentation.random(~settings.splitSeed(), view, drawn);
    Framing framing = resize == Resize.CROP ? Resize.random(random) : resize.plain();
    return augmentation.draw(read(index, framing), view, drawn);
  }

  @Override
  public String augmentation() {
    String key = augmentation.key();
    return resize == Resize.CROP
        ? "random resized crop flip " + settings.flip() + " seed " + settings.splitSeed()
        : key;
  }

  @Override
  public String preprocessing() {
    String square =
        switch (resize) {
          case CROP -> "centred square of 7/8 of the shorter side";
          case STRETCH -> "whole picture, stretched";
          case PAD -> "whole picture, padded with black to a square";
        };
    return square + ", area means to " + Pixels.super.preprocessing();
  }
}
