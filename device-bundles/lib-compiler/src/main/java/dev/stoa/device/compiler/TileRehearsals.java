package dev.stoa.device.compiler;

import dev.stoa.device.compiler.loops.Rehearsal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The kinds of blocks of products on vectors, each run on small matrices until it is compiled. */
final class TileRehearsals {
  /** Code that is compiled by itself. */
  enum Kind {
    /** Four vectors side by side. */
    WIDE,
    /** Two of them. */
    PAIR,
    /** One. */
    SINGLE,
    /** Four vectors side by side, and more rows of the right matrix than a near cache holds. */
    DEEP,
    STREAM,
    DOTS,
    /** A row with a matrix, several at a time. */
    EACH
  }

  /** Four rows together, and one alone. */
  private static final int ROWS = 5;

  private static final int INNER = 32;
  private static final int DEEP_INNER = Tiles.NEAR_ROWS + INNER;
  private static final int CHAINS = 16;

  private final Tiles tiles;
  private final Map<Kind, Rehearsal> rehearsals = new EnumMap<>(Kind.class);

  TileRehearsals(Tiles tiles) {
    this.tiles = tiles;
    for (Kind kind : Kind.values()) {
      rehearsals.put(kind, new One(kind));
    }
  }

  /** Those of a product by panels over so many columns of rows of a length. */
  List<Rehearsal> panels(int columns, int inner, int row) {
    List<Rehearsal> all = new ArrayList<>();
    int lanes = tiles.lanes();
    if (tiles.width() == 4 * lanes && columns >= tiles.width()) {
      all.add(of(inner > Tiles.nearRows(row) ? Kind.DEEP : Kind.WIDE));
    }
    int left = columns % tiles.width();
    if (left > lanes || tiles.width() == 2 * lanes && columns >= tiles.width()) {
      all.add(of(Kind.PAIR));
    }
    left %= 2 * lanes;
    if (left > 0 && left <= lanes) {
      all.add(of(Kind.SINGLE));
    }
    return all;
  }

  Rehearsal of(Kind kind) {
    return rehearsals.get(kind);
  }

  /** One kind. */
  private final class One implements Rehearsal {
    private final Kind kind;
    private boolean ready;
    private int calls;

    private One(Kind kind) {
      this.kind = kind;
    }

    @Override
    public synchronized boolean ready() {
      return ready;
    }

    @Override
    public synchronized boolean rehearse() {
      if (!ready) {
        int lanes = tiles.lanes();
        int columns = vectors() * lanes;
        int inner = kind == Kind.DEEP ? DEEP_INNER : INNER;
        float[] a = new float[ROWS * inner];
        float[] b = new float[(kind == Kind.EACH ? ROWS : 1) * inner * columns];
        float[] c = new float[ROWS * columns];
        float[] chains = new float[CHAINS];
        long start = System.nanoTime();
        switch (kind) {
          case STREAM -> tiles.stream(a, 0, inner, b, 0, inner, c, 0, ROWS, columns, null);
          case EACH -> tiles.each(a, 0, b, 0, inner, c, 0, columns, ROWS, null);
          case DOTS -> tiles.dots(a, 0, b, 0, inner, c, 0, ROWS, 2, chains);
          default ->
              tiles.panel(a, 0, inner, 1, b, 0, columns, inner, c, 0, columns, ROWS, columns, null);
        }
        long elapsed = System.nanoTime() - start;
        long operations = 2L * ROWS * inner * (kind == Kind.DOTS ? 4 : columns / lanes);
        ready = ++calls > 2 && elapsed <= NANOS_PER_CALL + NANOS_PER_OPERATION * operations;
      }
      return ready;
    }

    /** Side by side; a pair and one more have both widths of what is computed for each row. */
    private int vectors() {
      return switch (kind) {
        case SINGLE -> 1;
        case PAIR -> 2;
        case EACH -> 3;
        default -> 4;
      };
    }
  }
}
