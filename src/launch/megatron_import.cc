#include "launch/megatron_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "calibrated/calibrated_execution_json.h"
#include "calibrated/suitability.h"
#include "launch/argument_rules.h"
#include "launch/launch_rules.h"
#include "launch/megatron_reading.h"
#include "launch/megatron_table.h"
#include "launch/shell_script.h"
#include "workload/transformer_json.h"

namespace calculon {
namespace {

constexpr std::string_view kMark = "--num-layers";

const ShellScript::Words* command_with_mark(const ShellScript& script) {
  const auto command =
      std::find_if(script.commands.begin(), script.commands.end(), [](const auto& words) {
        return std::any_of(words.begin(), words.end(), [](const std::string& word) {
          return word == kMark || word.starts_with(std::string(kMark) + "=");
        });
      });
  return command == script.commands.end() ? nullptr : &*command;
}

// The words of the command line, which may be one word for another shell.
ShellScript::Words command_line(const std::string& file, const ShellScript& script) {
  if (const ShellScript::Words* command = command_with_mark(script)) {
    return *command;
  }
  for (const ShellScript::Words& words : script.commands) {
    for (const std::string& word : words) {
      if (word.find(kMark) == std::string::npos) {
        continue;
      }
      const ShellScript inner = read_shell_script(file, word, script.variables);
      if (const ShellScript::Words* command = command_with_mark(inner)) {
        return *command;
      }
    }
  }
  throw InputError(
      fmt::format("{}: has no command line of Megatron-LM, expected one with {}", file, kMark));
}

bool is_model_key(std::string_view key) {
  bool found = false;
  for_each_field(kTransformerFields,
                 [&](const auto& field) { found = found || field.name == key; });
  for_each_field(kModelDetailFields,
                 [&](const auto& field) { found = found || field.name == key; });
  return found;
}

bool is_execution_key(std::string_view key) {
  bool found = false;
  for_each_field(kCalibratedExecutionFields,
                 [&](const auto& field) { found = found || field.name == key; });
  return found;
}

// Whether the arguments of a row stand there, each with the value that the row gives it.
bool stands(const LaunchRow& row, const MegatronReading& reading) {
  std::string_view name;
  for (const std::string_view word : split(row.words, ' ')) {
    if (word.starts_with("--")) {
      name = word;
      if (!reading.arguments.stands(name)) {
        return false;
      }
    } else if (word != "{}" && reading.arguments.first_word(name) != word) {
      return false;
    }
  }
  return true;
}

// The value of a row's key, whose arguments are used with it.
Json value_of(const LaunchRow& row, MegatronReading& reading) {
  std::optional<std::int64_t> count;
  std::string_view name;
  for (const std::string_view word : split(row.words, ' ')) {
    if (word == "{}") {
      count = reading.arguments.count(name);
    } else if (word.starts_with("--")) {
      name = word;
      reading.arguments.has(name);
    }
  }
  if (!count) {
    count = parse_number<std::int64_t>(row.value);
  }
  if (count) {
    return *count;
  }
  return row.value == "true" ? Json(true) : row.value == "false" ? Json(false) : Json(row.value);
}

void read_table(MegatronReading& reading) {
  for (const LaunchRow& row : megatron_rows()) {
    const bool plain = !row.words.empty() && row.note.empty() && row.filled == nullptr &&
                       (row.value != kAnyValue || row.words.ends_with("{}"));
    if (!plain) {
      continue;
    }
    const std::string key(row.key);
    Json& values = is_model_key(key) ? reading.model : reading.execution;
    if (!values.contains(key) && stands(row, reading)) {
      values[key] = value_of(row, reading);
    }
  }
}

// What comments of a written script tell.
void read_comments(const std::string& file, const ShellScript& script, MegatronReading& reading) {
  for (const std::string& comment : script.comments) {
    if (!comment.starts_with(kSettingComment)) {
      continue;
    }
    const std::string_view line = std::string_view(comment).substr(kSettingComment.size());
    const auto setting = name_and_value(line.substr(0, line.rfind(kCommentReason)));
    const std::string key(setting ? trimmed(setting->first, " ") : "");
    if (!is_model_key(key) && !is_execution_key(key)) {
      throw InputError(fmt::format("{}: the line '{}' tells of no key", file, comment));
    }
    Json& values = is_model_key(key) ? reading.model : reading.execution;
    values[key] = parse_json(file, std::string(trimmed(setting->second, " ")));
  }
}

// Where Megatron-LM does something else than the dialect without being told.
void use_megatron_defaults(MegatronReading& reading) {
  Json& execution = reading.execution;
  const bool scatters = execution.value("sequence_par", false);
  const bool alone = execution.value("tensor_par", std::int64_t{1}) == 1;
  if (scatters && alone) {
    reading.notes.emplace_back("--sequence-parallel is dropped without a tensor group");
  }
  execution["sequence_par"] = scatters && !alone;
}

// In canonical order.
Json model_document(const Json& values) {
  Json document = Json::object();
  const auto add = [&](const auto& field) {
    const std::string key(field.name);
    if (values.contains(key)) {
      document[key] = values[key];
    }
  };
  for_each_field(kTransformerFields, add);
  for_each_field(kModelDetailFields, add);
  return document;
}

Json execution_document(const Json& values) {
  Json document = {{std::string(kMethodologyKey), kCalibratedName}};
  for_each_field(kCalibratedExecutionFields, [&](const auto& field) {
    const std::string key(field.name);
    if (values.contains(key)) {
      document[key] = values[key];
    }
  });
  return document;
}

void require_runnable(const std::string& file, const MegatronArguments& arguments,
                      const ImportedLaunch& launch) {
  const auto refuse = [&](std::string_view words, std::string_view rule) {
    throw InputError(fmt::format("{}: {} (rule {})", file, words, rule));
  };
  if (const auto* rule = broken_argument_rule(arguments, launch.model, launch.execution)) {
    refuse(fmt::format("expected {}", rule->words), rule->id);
  }
  if (const auto unsuitable = why_unsuitable(launch.model, launch.execution, kLargestReal)) {
    refuse(unsuitable->words, unsuitable->rule);
  }
  if (const auto* rule = broken_rule(Framework::kMegatron, launch.model, launch.execution)) {
    throw InputError(fmt::format("{}: {}", file, broken_rule_text(Framework::kMegatron, *rule)));
  }
}

void note_offloading(MegatronReading& reading) {
  for (const std::string_view name : {"--optimizer-cpu-offload", "--cpu-offloading-num-layers",
                                      "--fine-grained-activation-offloading"}) {
    if (reading.arguments.stands(name)) {
      reading.notes.push_back(
          fmt::format("{}: offloading is not part of the calibrated methodology", name));
    }
  }
}

}  // namespace

ImportedLaunch import_megatron(const std::string& file, std::string_view text,
                               std::int64_t processors) {
  std::string unix_text(text);
  std::erase(unix_text, '\r');
  const ShellScript script = read_shell_script(file, unix_text);
  MegatronReading reading{
      MegatronArguments(file, command_line(file, script)), Json::object(), Json::object(), {}};
  read_sizes(reading);
  read_experts(reading);
  read_processors(reading, processors);
  read_precision(reading);
  read_recomputation(reading);
  read_pipeline(reading);
  read_sharding(reading);
  read_table(reading);
  use_megatron_defaults(reading);
  note_offloading(reading);
  read_comments(file, script, reading);

  ImportedLaunch launch;
  launch.model_json = model_document(reading.model);
  launch.execution_json = execution_document(reading.execution);
  launch.model = to_transformer(JsonReader(file, launch.model_json));
  launch.execution = to_calibrated_execution(JsonReader(file, launch.execution_json));
  require_runnable(file, reading.arguments, launch);
  launch.notes = std::move(reading.notes);
  launch.arguments = reading.arguments.size();
  launch.unused = reading.arguments.unused();
  return launch;
}

}  // namespace calculon
