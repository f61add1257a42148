#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "launch/launch_table.h"

namespace calculon {

// Settings of a framework in sections, in the order in which they were first named: from words such
// as "parallelism.tp=4 optimizer.zero_stage=1". Values are texts of the format that is written.
class ConfigTree {
 public:
  struct Entry {
    std::string section;  // "model.model_config"; "" of the file itself
    std::string name;
    std::string value;
  };

  // What the rows tell; words are separated by blanks.
  explicit ConfigTree(const std::vector<LaunchItem>& items);
  void add(std::string_view words);

  std::vector<std::string> sections() const;
  std::vector<Entry> entries(std::string_view section) const;

  std::string yaml() const;
  std::string toml() const;

 private:
  std::vector<Entry> entries_;
};

// "[core_attn,mlp]": words as a list of YAML, which is one of TOML for numbers.
std::string flow_list(std::string_view words);

}  // namespace calculon
