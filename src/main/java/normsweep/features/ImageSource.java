package normsweep.features;

import normsweep.backbone.ImageScaling;

/** Byte images by position: data set and augmentation behind one method. */
@FunctionalInterface
public interface ImageSource {
  /**
   * The image at a position, {@link ImageScaling#SOURCE_BYTES} bytes, planes R, G, B. Called from
   * one thread at a time.
   */
  byte[] image(int position);
}
