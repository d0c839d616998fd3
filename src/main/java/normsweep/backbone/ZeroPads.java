package normsweep.backbone;

/** Rows and columns of zeros around a map, in ONNX's order. */
public record ZeroPads(int top, int left, int bottom, int right) {
  public static final ZeroPads NONE = new ZeroPads(0, 0, 0, 0);

  public ZeroPads plus(ZeroPads more) {
    return new ZeroPads(top + more.top, left + more.left, bottom + more.bottom, right + more.right);
  }

  public int rows() {
    return top + bottom;
  }

  public int columns() {
    return left + right;
  }
}
