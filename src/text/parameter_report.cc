#include "text/parameter_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/printable.h"
#include "calculon/base/quantity_text.h"

namespace calculon {
namespace {

// A column of the table of blocks.
struct BlockColumn {
  std::string_view name;
  std::int64_t BlockParameters::*member;
};

constexpr std::array kBlockColumns = {
    BlockColumn{"number", &BlockParameters::num_blocks},
    BlockColumn{"attention", &BlockParameters::attention},
    BlockColumn{"mlp", &BlockParameters::mlp},
    BlockColumn{"experts", &BlockParameters::experts},
    BlockColumn{"shared", &BlockParameters::shared},
    BlockColumn{"router", &BlockParameters::router},
    BlockColumn{"norms", &BlockParameters::norms},
    BlockColumn{"total", &BlockParameters::total},
    BlockColumn{"active", &BlockParameters::active},
};

std::string_view kind_of_block(const BlockParameters& block) {
  return block.mixture ? "experts" : "dense";
}

std::string line(std::string_view label, std::int64_t value, std::string_view remark = "") {
  constexpr int kLabel = 24;
  constexpr int kValue = 22;
  return fmt::format("  {:<{}}{:>{}}{}\n", label, kLabel, grouped_digits(value), kValue, remark);
}

// One line of the table: the kind of block, then right-aligned cells.
template <class Cell>
std::string block_line(std::string_view kind, const std::vector<BlockParameters>& blocks,
                       const Cell& cell) {
  std::string text = fmt::format("  {:<8}", kind);
  for (const BlockColumn& column : kBlockColumns) {
    std::size_t width = column.name.size();
    for (const BlockParameters& block : blocks) {
      width = std::max(width, grouped_digits(block.*column.member).size());
    }
    text += fmt::format("  {:>{}}", cell(column), width);
  }
  return text + "\n";
}

std::string key_lines(std::string_view title, const KeyReport::Keys& keys) {
  std::string text = keys.empty() ? "" : fmt::format("  {}\n", title);
  for (const auto& [key, value] : keys) {
    text += fmt::format("    {}: {}\n", printable(key), printable(value));
  }
  return text;
}

Json pairs_json(const KeyReport::Keys& keys) {
  Json json = Json::object();
  for (const auto& [key, value] : keys) {
    json[key] = value;
  }
  return json;
}

}  // namespace

std::string parameter_table(const ModelParameters& count) {
  const std::string_view remark = count.embedding == 0 ? "  (no vocabulary is given)" : "";
  std::string text = line("Parameters", count.total, remark);
  text += line("Active per token", count.active);
  text += line("Embedding", count.embedding);
  text +=
      line("Head", count.head, count.embedding != 0 && count.head == 0 ? "  (the embedding)" : "");
  if (count.positions != 0) {
    text += line("Table of positions", count.positions);
  }
  text += line("Norms outside of blocks", count.norms);
  if (count.prediction != 0) {
    text += line("Multi-token prediction", count.prediction, "  (not among the parameters)");
  }
  text += block_line("Block", count.blocks,
                     [](const BlockColumn& column) { return std::string(column.name); });
  for (const BlockParameters& block : count.blocks) {
    text += block_line(kind_of_block(block), count.blocks, [&](const BlockColumn& column) {
      return grouped_digits(block.*column.member);
    });
  }
  return text;
}

Json to_json(const ModelParameters& count) {
  Json json = {{"parameters", count.total},
               {"active_parameters", count.active},
               {"embedding_parameters", count.embedding},
               {"head_parameters", count.head},
               {"position_parameters", count.positions},
               {"norm_parameters", count.norms},
               {"mtp_parameters", count.prediction}};
  json["blocks"] = Json::array();
  for (const BlockParameters& block : count.blocks) {
    Json row = {{"kind", kind_of_block(block)}};
    for (const BlockColumn& column : kBlockColumns) {
      row[std::string(column.name)] = block.*column.member;
    }
    json["blocks"].push_back(std::move(row));
  }
  return json;
}

std::string key_table(const KeyReport& keys) {
  std::string text = fmt::format("Keys of {}\n", keys.kind);
  text += key_lines("read", keys.read);
  text += key_lines("by default", keys.defaulted);
  if (!keys.left_alone.empty()) {
    text += "  left alone\n";
  }
  for (const std::string& key : keys.left_alone) {
    text += fmt::format("    {}\n", printable(key));
  }
  return text;
}

Json to_json(const KeyReport& keys) {
  return {{"kind", keys.kind},
          {"read", pairs_json(keys.read)},
          {"defaulted", pairs_json(keys.defaulted)},
          {"left_alone", keys.left_alone}};
}

}  // namespace calculon
