package dev.stoa.nd4j.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A library that was unpacked.
 *
 * @param name of its file
 * @param size in bytes
 * @param crc its CRC-32: a damage is found at every start, in a tenth of a second
 */
record Library(String name, long size, long crc) {
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{8}) (\\d{1,18}) (\\S.*)");
  private static final int PIECE = 1 << 16;

  /** Writes a file to its end and says what was written. */
  static Library write(InputStream in, Path folder, String name) throws IOException {
    CRC32 crc = new CRC32();
    long size = 0;
    byte[] piece = new byte[PIECE];
    try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
      for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
        out.write(piece, 0, count);
        crc.update(piece, 0, count);
        size += count;
      }
    }
    return new Library(name, size, crc.getValue());
  }

  /** From a line of the list; empty when it is none. */
  static Optional<Library> parse(String line) {
    Matcher matcher = LINE.matcher(line);
    return matcher.matches()
        ? Optional.of(
            new Library(
                matcher.group(3),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(1), 16)))
        : Optional.empty();
  }

  String line() {
    return String.format("%08x %d %s", crc, size, name);
  }

  /** Whether the file is there as it was written. */
  boolean isWhole(Path folder) {
    Path file = folder.resolve(name);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) != size) {
        return false;
      }
      CRC32 found = new CRC32();
      byte[] piece = new byte[PIECE];
      try (InputStream in = Files.newInputStream(file)) {
        for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
          found.update(piece, 0, count);
        }
      }
      return found.getValue() == crc;
    } catch (IOException e) {
      // A file that cannot be read is as good as none.
      return false;
    }
  }
}
