#include "fuzz/documents.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json_reader.h"
#include "calculon/base/files.h"
#include "calculon/calibrated/calibrated_execution.h"
#include "calculon/hardware/system.h"
#include "calculon/strategy/strategy.h"
#include "calculon/workload/transformer.h"

namespace calculon::fuzz {
namespace {

constexpr char kSeparator = '\x1e';
constexpr std::uint8_t kSystem = 0;
constexpr std::uint8_t kModel = 1;
constexpr std::uint8_t kExecution = 2;
constexpr std::uint8_t kAll = 3;
constexpr std::uint8_t kKinds = 4;

std::string source_file(const std::string& path) {
  return fmt::format("{}/{}", CALCULON_SOURCE_DIR, path);
}

// Feasible and infeasible, trained and not, on every kind of bundled system.
const std::vector<Documents>& bundled_cases() {
  static const std::vector<Documents> kCases = [] {
    struct Names {
      std::string_view model;
      std::string_view execution;
      std::string_view system;
    };
    constexpr std::array<Names, 10> kNames = {{
        {"megatron-1T", "3072_t4_p64_d12_mbs4_full", "a100_80g"},
        {"megatron-22B", "validation/seqsel/fig7/megatron-22B_seqsel", "a100_80g"},
        {"gpt3-175B", "validation/seqsel/tab5/gpt3-175B_full", "a100_80e"},
        {"turing-530B", "validation/seqsel/fig1/turing-530B_none", "h100_80g_nvl8"},
        {"megatron-1T", "validation/seqsel/tab5/megatron-1T_seqsel", "h100_80g_nvl8"},
        {"llama-3.1-70b", "llama-3.1-70b_512_t4_p4", "h100-80g-nemo"},
        {"llama-3.1-8b", "llama-3.1-8b_64_fsdp", "a100"},
        {"llama-3.1-405b", "llama-3.1-405b_1024_fp8", "gb200-nemo"},
        {"mixtral-8x7b", "mixtral-8x7b_128_e8", "h100-80g-nemo"},
        {"deepseek-v3", "deepseek-v3_1024_p16", "h200-nemo"},
    }};
    std::vector<Documents> read;
    read.reserve(kNames.size());
    for (const Names& names : kNames) {
      read.push_back({
          read_text_file(source_file(fmt::format("models/{}.json", names.model))),
          read_text_file(source_file(fmt::format("examples/{}.json", names.execution))),
          read_text_file(source_file(fmt::format("systems/{}.json", names.system))),
      });
    }
    return read;
  }();
  return kCases;
}

// A golden case holds its documents, or names those of the first line, or bundled files.
std::string golden_text(const Json& document, const std::string& kind, const Json& first) {
  if (!document.is_string()) {
    return document.dump();
  }
  const std::string name = document.get<std::string>();
  return first.contains(kind) ? first[kind][name].dump()
                              : read_text_file(source_file(kind + "/" + name + ".json"));
}

void write_seed(const std::string& folder, const std::string& name, const Input& input) {
  std::ofstream(fmt::format("{}/{}", folder, name), std::ios::binary) << join_input(input);
}

// The golden cases of a file are alike; a quarter of them shows them all.
void write_golden_seeds(const std::string& folder, const std::string& name) {
  constexpr std::size_t kEvery = 4;
  std::istringstream lines(
      read_text_file(source_file(fmt::format("tests/golden/{}.jsonl.gz", name))));
  std::string line;
  std::getline(lines, line);  // the names of the columns, or the files of cases
  const Json first = Json::parse(line);
  for (std::size_t i = 0; std::getline(lines, line); ++i) {
    if (i % kEvery == 0) {
      const Json golden = Json::parse(line);
      write_seed(folder, fmt::format("golden-{}-{}", name, i),
                 {kAll,
                  {golden_text(golden["model"], "models", first),
                   golden_text(golden["execution"], "executions", first),
                   golden_text(golden["system"], "systems", first)}});
    }
  }
}

}  // namespace

Input split_input(std::string_view bytes) {
  Input input;
  if (bytes.empty()) {
    return input;
  }
  input.selector = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  const std::size_t most = input.selector % kKinds == kAll ? 3 : 1;
  while (input.texts.size() + 1 < most) {
    const std::size_t end = bytes.find(kSeparator);
    input.texts.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  input.texts.emplace_back(bytes);
  return input;
}

std::string join_input(const Input& input) {
  std::string bytes(1, static_cast<char>(input.selector));
  for (std::size_t i = 0; i < input.texts.size(); ++i) {
    if (i > 0) {
      bytes += kSeparator;
    }
    bytes += input.texts[i];
  }
  return bytes;
}

Documents documents_of(const Input& input) {
  const auto& cases = bundled_cases();
  Documents documents = cases[input.selector / kKinds % cases.size()];
  if (input.texts.empty()) {
    return documents;
  }
  switch (input.selector % kKinds) {
    case kSystem:
      documents.system = input.texts[0];
      break;
    case kModel:
      documents.model = input.texts[0];
      break;
    case kExecution:
      documents.execution = input.texts[0];
      break;
    default:
      documents = {input.texts[0], input.texts[1], input.texts[2]};
  }
  return documents;
}

void replace_refused(Input& input) {
  const auto accepted = [](const auto& parse, const std::string& text) {
    try {
      parse("", text);
      return true;
    } catch (const InputError&) {
      return false;
    }
  };
  const auto& cases = bundled_cases();
  const Documents& bundled = cases[input.selector / kKinds % cases.size()];
  const std::uint8_t kind = input.selector % kKinds;
  for (std::size_t i = 0; i < input.texts.size(); ++i) {
    std::string& text = input.texts[i];
    if (kind == kModel || (kind == kAll && i == 0)) {
      text = accepted(parse_transformer, text) ? text : bundled.model;
    } else if (kind == kExecution || (kind == kAll && i == 1)) {
      text = accepted(parse_strategy, text) || accepted(parse_calibrated_execution, text)
                 ? text
                 : bundled.execution;
    } else {
      text = accepted(parse_system, text) ? text : bundled.system;
    }
  }
}

void write_seeds(const std::string& folder) {
  std::filesystem::create_directories(folder);
  const auto& cases = bundled_cases();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto number = static_cast<std::uint8_t>(i * kKinds);
    const auto seed = [&](std::string_view what, std::uint8_t kind,
                          const std::vector<std::string>& texts) {
      write_seed(folder, fmt::format("bundled-{}-{}", i, what),
                 {static_cast<std::uint8_t>(number + kind), texts});
    };
    seed("system", kSystem, {cases[i].system});
    seed("model", kModel, {cases[i].model});
    seed("execution", kExecution, {cases[i].execution});
    seed("all", kAll, {cases[i].model, cases[i].execution, cases[i].system});
  }
  write_golden_seeds(folder, "dense");
  write_golden_seeds(folder, "calibrated");
}

}  // namespace calculon::fuzz
