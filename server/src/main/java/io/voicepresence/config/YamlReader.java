package io.voicepresence.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML as texts, lists and maps. It stops at the node tree, for there each value is still the
 * text that stands in the file: a secret of digits keeps its leading zeros, {@code no} is a word,
 * and no object is ever made from a tag.
 */
final class YamlReader {
  private static final int MAX_DEPTH = 20;

  private final Problems problems;

  YamlReader(Problems problems) {
    this.problems = problems;
  }

  /** The entries of the only document; none where the text is empty or wrong. */
  Map<String, Node> document(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    try {
      Node root =
          new Composer(new ParserImpl(new StreamReader(text), options), new Resolver(), options)
              .getSingleNode();
      return root == null ? Map.of() : mapping(root, "The configuration file");
    } catch (MarkedYAMLException e) {
      // Its whole message would quote the line, and with it perhaps a secret.
      problems.add(
          "The configuration file is no YAML: line %d, column %d"
              .formatted(e.getProblemMark().getLine() + 1, e.getProblemMark().getColumn() + 1));
    } catch (YAMLException e) {
      problems.add("The configuration file is no YAML, or nested too deep");
    }
    return Map.of();
  }

  /**
   * The entries in the file's order; nothing counts as no entries.
   *
   * @param where for the line that says what is wrong
   */
  Map<String, Node> mapping(Node node, String where) {
    Map<String, Node> entries = new LinkedHashMap<>();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        scalar(tuple.getKeyNode(), "A key of " + where)
            .filter(key -> isNew(key, entries, where))
            .ifPresent(key -> entries.put(key, tuple.getValueNode()));
      }
    } else if (!isNothing(node)) {
      problems.add(where + " must hold keys and values");
    }
    return entries;
  }

  /** The texts of a list. */
  List<String> sequence(Node node, String where) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream()
          .flatMap(item -> scalar(item, "Each item of " + where).stream())
          .toList();
    }
    problems.add(where + " must be a list");
    return List.of();
  }

  /** The text of a value; empty for nothing, or where it is something else than a text. */
  Optional<String> scalar(Node node, String where) {
    if (isNothing(node)) {
      return Optional.empty();
    }
    if (node instanceof ScalarNode scalar) {
      return Optional.of(scalar.getValue());
    }
    problems.add(where + " must be one value");
    return Optional.empty();
  }

  private boolean isNew(String key, Map<String, Node> entries, String where) {
    if (entries.containsKey(key)) {
      problems.add(where + " has the key " + Problems.shown(key) + " twice");
      return false;
    }
    return true;
  }

  private static boolean isNothing(Node node) {
    return node.getTag().equals(Tag.NULL);
  }
}
