package dev.stoa.config;

import dev.stoa.run.ParameterValue;
import dev.stoa.run.UserException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.configuration2.YAMLConfiguration;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * YAML as flat keys. The text is first composed (no object is made) to refuse every tag beyond
 * YAML's own and to learn the line of each key; the values then come from Commons Configuration.
 */
final class YamlFormat {
  private static final int LARGEST_CHARACTERS = 1 << 20;
  private static final int MOST_ALIASES = 20;
  private static final int DEEPEST = 20;

  private static final String REMEDY =
      "Mend the file there; docs/command-line.md shows a whole one";
  private static final Set<Tag> KEY_TAGS = Set.of(Tag.STR, Tag.MERGE);

  private final Path file;
  private final Map<String, Integer> lines = new HashMap<>();
  private final Set<String> lists = new HashSet<>();
  private final Set<String> maps = new HashSet<>();

  private YamlFormat(Path file) {
    this.file = file;
  }

  /**
   * The values by dotted key, as written, in the order of the file.
   *
   * @throws UserException for broken syntax (file, line, column), a tag, a list or scalar at the
   *     top
   */
  static Map<String, ParameterValue> read(Path file, String text) {
    YamlFormat format = new YamlFormat(file);
    try {
      Node root = new Yaml(new SafeConstructor(options())).compose(new StringReader(text));
      if (root == null || root.getTag().equals(Tag.NULL)) {
        return Map.of();
      }
      format.inspect(root, "", 0);
      YAMLConfiguration configuration = new YAMLConfiguration();
      configuration.read(new StringReader(text), options());
      Map<String, ParameterValue> values = new LinkedHashMap<>();
      format.collect(configuration.getNodeModel().getRootNode(), "", values);
      // Commons Configuration leaves an empty list out altogether.
      format.lists.forEach(
          key -> values.putIfAbsent(key, new ParameterValue(List.of(), format.place(key))));
      return values;
    } catch (ConfigurationException e) {
      throw e.getCause() instanceof YAMLException cause ? format.broken(cause) : format.other(e);
    } catch (YAMLException e) {
      throw format.broken(e);
    }
  }

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setCodePointLimit(LARGEST_CHARACTERS);
    return options;
  }

  private void inspect(Node node, String key, int depth) {
    if (depth > DEEPEST) {
      throw new UserException(
          "a value contains itself", at(node.getStartMark()), "Remove the alias");
    }
    if (!node.getTag().startsWith(Tag.PREFIX) || !Tag.standardTags.contains(node.getTag())) {
      throw new UserException(
          "the tag " + node.getTag().getValue() + " is not allowed in a run file",
          at(node.getStartMark()),
          "Use plain YAML: text, numbers, true, false, lists and maps");
    }
    if (node instanceof MappingNode mapping) {
      maps.add(key);
      for (NodeTuple entry : mapping.getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode name) || !KEY_TAGS.contains(name.getTag())) {
          throw new UserException("a key must be text", at(entry.getKeyNode().getStartMark()), "");
        }
        String inner = join(key, name.getValue());
        lines.put(inner, name.getStartMark().getLine() + 1);
        inspect(entry.getValueNode(), inner, depth + 1);
      }
    } else if (key.isEmpty()) {
      throw new UserException(
          "a run file must be a map of keys",
          at(node.getStartMark()),
          "Write lines such as key: value");
    } else if (node instanceof SequenceNode sequence) {
      lists.add(key);
      sequence.getValue().forEach(entry -> inspect(entry, key, depth + 1));
    }
  }

  /** Commons Configuration keeps a list as several nodes of one name: they are gathered again. */
  private void collect(ImmutableNode node, String key, Map<String, ParameterValue> into) {
    Map<String, List<ImmutableNode>> children = new LinkedHashMap<>();
    for (ImmutableNode child : node.getChildren()) {
      children.computeIfAbsent(child.getNodeName(), name -> new ArrayList<>()).add(child);
    }
    children.forEach(
        (name, same) -> {
          String inner = join(key, name);

          if (lists.contains(inner)) {
            List<Object> values = same.stream().map(each -> value(each, inner)).toList();
            into.put(inner, new ParameterValue(values, place(inner)));
          } else if (same.get(0).getChildren().isEmpty() && maps.contains(inner)) {
            return;
          } else if (same.get(0).getChildren().isEmpty()) {
            into.put(inner, new ParameterValue(value(same.get(0), inner), place(inner)));
          } else {
            collect(same.get(0), inner, into);
          }
        });
  }

  private Object value(ImmutableNode node, String key) {
    return Optional.ofNullable(node.getValue())
        .orElseThrow(
            () ->
                new UserException(
                    key + " has no value", place(key), "Give one, or remove the line"));
  }

  private String place(String key) {
    Integer line = lines.get(key);
    return line == null ? file + ": " + key : file + ":" + line + ": " + key;
  }

  private String at(Mark mark) {
    return file + ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
  }

  private UserException broken(YAMLException cause) {
    if (cause instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      return new UserException(
          "broken YAML: " + marked.getProblem().lines().findFirst().orElse(""),
          at(marked.getProblemMark()),
          REMEDY);
    }
    return other(cause);
  }

  private UserException other(Exception cause) {
    String message = cause.getMessage() == null ? "unreadable" : cause.getMessage();
    return new UserException(
        "broken YAML: " + message.lines().findFirst().orElse(""), file.toString(), REMEDY);
  }

  private static String join(String key, String name) {
    return key.isEmpty() ? name : key + "." + name;
  }
}
