#include "launch/config_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace calculon {

ConfigTree::ConfigTree(const std::vector<LaunchItem>& items) {
  for (const LaunchItem& item : items) {
    add(item.words);
  }
}

void ConfigTree::add(std::string_view words) {
  for (const std::string_view word : split_list(words, ' ')) {
    const auto setting = name_and_value(word);
    if (!setting) {
      continue;
    }
    const auto dot = setting->first.rfind('.');
    const bool whole = dot == std::string_view::npos;
    const std::string section(whole ? "" : setting->first.substr(0, dot));
    const std::string name(whole ? setting->first : setting->first.substr(dot + 1));
    entries_.push_back({section, name, std::string(setting->second)});
  }
}

std::vector<std::string> ConfigTree::sections() const {
  std::vector<std::string> names;
  for (const Entry& entry : entries_) {
    if (std::find(names.begin(), names.end(), entry.section) == names.end()) {
      names.push_back(entry.section);
    }
  }
  return names;
}

std::vector<ConfigTree::Entry> ConfigTree::entries(std::string_view section) const {
  std::vector<Entry> own;
  std::copy_if(entries_.begin(), entries_.end(), std::back_inserter(own),
               [&](const Entry& entry) { return entry.section == section; });
  return own;
}

std::string ConfigTree::yaml() const {
  std::string text;
  for (const Entry& entry : entries("")) {
    text += fmt::format("{}: {}\n", entry.name, entry.value);
  }
  std::vector<std::string> opened;
  for (const std::string& section : sections()) {
    if (section.empty()) {
      continue;
    }
    const auto dot = section.find('.');
    const std::string outer = section.substr(0, dot);
    if (std::find(opened.begin(), opened.end(), outer) != opened.end()) {
      continue;  // written with its outer section
    }
    opened.push_back(outer);
    text += outer + ":\n";
    for (const Entry& entry : entries(outer)) {
      text += fmt::format("  {}: {}\n", entry.name, entry.value);
    }
    for (const std::string& inner : sections()) {
      if (inner.starts_with(outer + ".")) {
        text += fmt::format("  {}:\n", inner.substr(outer.size() + 1));
        for (const Entry& entry : entries(inner)) {
          text += fmt::format("    {}: {}\n", entry.name, entry.value);
        }
      }
    }
  }
  return text;
}

std::string ConfigTree::toml() const {
  std::string text;
  for (const std::string& section : sections()) {
    text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", section);
    for (const Entry& entry : entries(section)) {
      text += fmt::format("{} = {}\n", entry.name, entry.value);
    }
  }
  return text;
}

std::string flow_list(std::string_view words) {
  std::string list;
  for (const std::string_view word : split_list(words, ' ')) {
    list += (list.empty() ? "" : ",") + std::string(word);
  }
  return "[" + list + "]";
}

}  // namespace calculon
