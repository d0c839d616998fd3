package normsweep.report.figure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import normsweep.base.AtomicFiles;

/** A rendered figure. */
public final class RenderedFigure {
  private final Figure figure;
  private final byte[] png;
  private final String svg;

  RenderedFigure(Figure figure, byte[] png, String svg) {
    this.figure = figure;
    this.png = png;
    this.svg = svg;
  }

  /** The figure that was rendered. */
  public Figure figure() {
    return figure;
  }

  /** Name of its files, without extension. */
  public String name() {
    return figure.name();
  }

  /** The picture as PNG. */
  public byte[] png() {
    return png.clone();
  }

  /** The picture as an {@code <svg>} element with identifiers that are unique among figures. */
  public String svg() {
    return svg;
  }

  /** Writes PNG and SVG into a folder and returns both paths. */
  public List<Path> write(Path folder) throws IOException {
    Path pngFile = folder.resolve(name() + ".png");
    Path svgFile = folder.resolve(name() + ".svg");
    AtomicFiles.write(pngFile, out -> out.write(png));
    AtomicFiles.writeString(svgFile, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg);
    return List.of(pngFile, svgFile);
  }
}
