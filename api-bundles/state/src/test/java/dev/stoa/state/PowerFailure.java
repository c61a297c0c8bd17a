package dev.stoa.state;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a disk may hold after the power went, as POSIX has it: of the changes of a folder's names
 * (creations, renames, deletions) a beginning, which reaches at least to where the folder was
 * forced; of a file's bytes those that were forced, and of the others none, half or all.
 *
 * <p>Of the ways in which several folders may have got on, these are tried: all to the same moment,
 * as on a journalling file system; and each alone as far, or as little, as it can be.
 */
final class PowerFailure {
  private PowerFailure() {}

  private sealed interface Node permits Folder, Content {}

  /** A folder, whatever its name is by then: the names in it, and how they changed. */
  private static final class Folder implements Node {
    private final Map<String, Node> before = new TreeMap<>();
    private final Map<String, Node> now = new TreeMap<>();
    private final List<Map<String, Optional<Node>>> changes = new ArrayList<>();
    private int forced;

    void change(Map<String, Optional<Node>> names) {
      changes.add(names);
      apply(now, names);
    }

    private static void apply(Map<String, Node> names, Map<String, Optional<Node>> change) {
      change.forEach(
          (name, node) -> {
            if (node.isPresent()) {
              names.put(name, node.get());
            } else {
              names.remove(name);
            }
          });
    }

    Map<String, Node> after(int kept) {
      Map<String, Node> names = new TreeMap<>(before);
      changes.subList(0, kept).forEach(change -> apply(names, change));
      return names;
    }
  }

  /** A file's bytes, whatever its name is by then. */
  private static final class Content implements Node {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int forced;

    byte[] kept(int halves) {
      int size = forced + (bytes.size() - forced) * halves / 2;
      return Arrays.copyOf(bytes.toByteArray(), size);
    }
  }

  /** What is on a disk: folders have no content. */
  static Map<Path, byte[]> snapshot(Path root) {
    try (Stream<Path> all = Files.walk(root)) {
      Map<Path, byte[]> tree = new TreeMap<>();
      for (Path path : all.filter(each -> !each.equals(root)).toList()) {
        tree.put(path, Files.isDirectory(path) ? null : Files.readAllBytes(path));
      }
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a folder hold that and nothing else. */
  static void restore(Path root, Map<Path, byte[]> tree) {
    try (Stream<Path> all = Files.walk(root)) {
      List<Path> there = new ArrayList<>(all.filter(each -> !each.equals(root)).toList());
      Collections.reverse(there);
      for (Path path : there) {
        Files.delete(path);
      }
      for (Map.Entry<Path, byte[]> each : new TreeMap<>(tree).entrySet()) {
        if (each.getValue() == null) {
          Files.createDirectory(each.getKey());
        } else {
          Files.write(each.getKey(), each.getValue());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Everything that may be left of a tree, all of it on disk, after a journal; each once.
   *
   * @param before as {@link #snapshot}, of the folder that holds all paths of the journal
   */
  static Collection<Map<Path, byte[]>> after(
      Map<Path, byte[]> before, List<FaultyDisk.Done> journal) {
    Path root = root(before, journal);
    Tree disk = new Tree(root, before);
    journal.forEach(disk::does);
    Map<String, Map<Path, byte[]>> left = new LinkedHashMap<>();
    for (Map<Folder, Integer> kept : disk.outcomes()) {
      for (int halves = 0; halves <= 2; halves++) {
        Map<Path, byte[]> tree = new TreeMap<>();
        list(root, disk.root, kept, halves, tree);
        left.putIfAbsent(text(tree), tree);
      }
    }
    return left.values();
  }

  private static Path root(Map<Path, byte[]> before, List<FaultyDisk.Done> journal) {
    return Stream.concat(
            before.keySet().stream(),
            journal.stream().flatMap(done -> Stream.ofNullable(changed(done))))
        .map(Path::getParent)
        .min(Comparator.comparingInt(Path::getNameCount))
        .orElse(Path.of("/"));
  }

  /** The path whose name an operation makes, moves or removes; null when it does not. */
  private static Path changed(FaultyDisk.Done done) {
    if (done instanceof FaultyDisk.Created each) {
      return each.file();
    } else if (done instanceof FaultyDisk.FolderMade each) {
      return each.folder();
    } else if (done instanceof FaultyDisk.Renamed each) {
      return each.from();
    } else if (done instanceof FaultyDisk.Linked each) {
      return each.second();
    } else if (done instanceof FaultyDisk.Deleted each) {
      return each.path();
    }
    return null;
  }

  /** The tree as the writer saw it, with what every folder and file once was. */
  private static final class Tree {
    private final Path place;
    private final Folder root = new Folder();
    private final List<Folder> order = new ArrayList<>();
    private final Set<Folder> folders = new LinkedHashSet<>();

    Tree(Path place, Map<Path, byte[]> tree) {
      this.place = place;
      folders.add(root);
      new TreeMap<>(tree)
          .forEach(
              (path, bytes) -> {
                Folder parent = (Folder) find(path.getParent());
                Node node = bytes == null ? new Folder() : content(bytes);
                parent.before.put(name(path), node);
                parent.now.put(name(path), node);
              });
    }

    private static Content content(byte[] bytes) {
      Content content = new Content();
      content.bytes.writeBytes(bytes);
      content.forced = bytes.length;
      return content;
    }

    private static String name(Path path) {
      return path.getFileName().toString();
    }

    private Node find(Path path) {
      return path.equals(place) ? root : ((Folder) find(path.getParent())).now.get(name(path));
    }

    void does(FaultyDisk.Done done) {
      if (done instanceof FaultyDisk.Written each) {
        ((Content) find(each.file())).bytes.writeBytes(each.bytes());
      } else if (done instanceof FaultyDisk.Forced each) {
        Content content = (Content) find(each.file());
        content.forced = content.bytes.size();
      } else if (done instanceof FaultyDisk.FolderForced each) {
        Folder folder = (Folder) find(each.folder());
        folder.forced = folder.changes.size();
      } else {
        Path path = changed(done);
        Folder parent = (Folder) find(path.getParent());
        folders.add(parent);
        order.add(parent);
        parent.change(names(done, path));
      }
    }

    private Map<String, Optional<Node>> names(FaultyDisk.Done done, Path path) {
      if (done instanceof FaultyDisk.Created) {
        return Map.of(name(path), Optional.of(new Content()));
      } else if (done instanceof FaultyDisk.FolderMade) {
        return Map.of(name(path), Optional.of(new Folder()));
      } else if (done instanceof FaultyDisk.Linked each) {
        return Map.of(name(path), Optional.of(find(each.file())));
      } else if (done instanceof FaultyDisk.Renamed each) {
        // Within one folder, so one change: a rename is never half done.
        return Map.of(name(path), Optional.empty(), name(each.to()), Optional.of(find(path)));
      }
      return Map.of(name(path), Optional.empty());
    }

    /** How many changes of each folder are kept. */
    List<Map<Folder, Integer>> outcomes() {
      List<Map<Folder, Integer>> outcomes = new ArrayList<>();
      for (int moment = 0; moment <= order.size(); moment++) {
        Map<Folder, Integer> kept = new HashMap<>();
        order.subList(0, moment).forEach(folder -> kept.merge(folder, 1, Integer::sum));
        folders.forEach(each -> kept.merge(each, each.forced, Math::max));
        outcomes.add(kept);
      }
      for (Folder alone : folders) {
        Map<Folder, Integer> little = new HashMap<>();
        Map<Folder, Integer> far = new HashMap<>();
        for (Folder each : folders) {
          little.put(each, each == alone ? each.forced : each.changes.size());
          far.put(each, each == alone ? each.changes.size() : each.forced);
        }
        outcomes.add(little);
        outcomes.add(far);
      }
      return outcomes;
    }
  }

  private static void list(
      Path place, Folder folder, Map<Folder, Integer> kept, int halves, Map<Path, byte[]> tree) {
    folder
        .after(kept.getOrDefault(folder, 0))
        .forEach(
            (name, node) -> {
              Path path = place.resolve(name);
              if (node instanceof Folder inner) {
                tree.put(path, null);
                list(path, inner, kept, halves, tree);
              } else {
                tree.put(path, ((Content) node).kept(halves));
              }
            });
  }

  private static String text(Map<Path, byte[]> tree) {
    StringBuilder text = new StringBuilder();
    tree.forEach(
        (path, bytes) ->
            text.append(path)
                .append('=')
                .append(bytes == null ? "folder" : HexFormat.of().formatHex(bytes))
                .append('\n'));
    return text.toString();
  }
}
