package normsweep.report.figure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import normsweep.base.AtomicFiles;

/**
 * A rendered figure.
 *
 * @param figure the figure that was rendered
 * @param png the picture as PNG
 * @param svg the picture as an {@code <svg>} element with identifiers unique among figures
 */
public record RenderedFigure(Figure figure, byte[] png, String svg) {
  /** Name of its files, without extension. */
  public String name() {
    return figure.name();
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
