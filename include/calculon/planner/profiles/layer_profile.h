#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calculon/base/mistakes.h"

namespace calculon {

// Layer profiles: what one microbatch costs in each layer of a model on one type of GPU. Times are
// milliseconds and memory is MB, as in the files: the planner's results depend on the last bit of
// sums over these numbers, which a conversion to seconds and bytes would change.

// What a profile was taken with. Ordered by the bytes of the type, then by the numbers.
struct ProfileKey {
  std::string type;
  std::int64_t tensor_par = 1;
  std::int64_t microbatch = 1;

  auto operator<=>(const ProfileKey&) const = default;
};

// "A100:4:4"
std::string key_text(const ProfileKey& key);
// The reverse; nothing if `text` is no such key.
std::optional<ProfileKey> parse_key(std::string_view text);

// One profile. Layer 0 is the embedding, the last one the output head; between them stand
// transformer layers.
struct LayerProfile {
  ProfileKey key;
  std::string model_name;
  std::vector<double> layer_ms;               // forward and backward
  std::vector<double> layer_mb;               // memory, of each GPU
  std::vector<double> layer_parameter_bytes;  // of the whole layer
  double forward_backward_ms = 0;
  double optimizer_ms = 0;
  double batch_generator_ms = 0;

  // Nothing is planned with these; they are written so that files are complete.
  double layernorm_reduce_ms = 0;
  double embedding_reduce_ms = 0;
  double between_ms = 0;  // forward_backward_ms without the layers, scaled as the generator does
  double total_ms = 0;

  std::size_t num_layers() const { return layer_ms.size(); }
  // Between the last forward and the first backward pass: forward_backward_ms less all layers.
  double gap_ms() const;
};

// Profiles of one model, sorted by key, each key once.
class ProfileSet {
 public:
  // Throws InputError naming `source` if there are none, or they differ in their number of layers.
  ProfileSet(std::string source, std::vector<LayerProfile> profiles);

  const std::string& source() const { return source_; }  // for messages
  const std::vector<LayerProfile>& profiles() const { return profiles_; }
  std::size_t num_layers() const { return profiles_.front().num_layers(); }
  const LayerProfile* find(const ProfileKey& key) const;
  // The same, but throws InputError naming the key.
  const LayerProfile& at(const ProfileKey& key) const;
  bool has_type(std::string_view type) const;
  // The largest of each type's profiles, and of these types the smallest.
  std::int64_t largest_tensor_par(const std::vector<std::string>& types) const;
  std::int64_t largest_microbatch(const std::vector<std::string>& types) const;

 private:
  std::int64_t largest_of_all(const std::vector<std::string>& types,
                              std::int64_t ProfileKey::*number) const;

  std::string source_;
  std::vector<LayerProfile> profiles_;
};

// "DeviceType.A100_tp2_bs4.json"
std::string profile_file_name(const ProfileKey& key);
// The reverse: the shortest type that makes the name one; nothing for other names.
std::optional<ProfileKey> key_of_profile_name(const std::string& name);

// One profile file. Throws InputError for missing or wrong members, and a type, degree or
// microbatch that cannot be read from the name.
LayerProfile parse_profile(const std::string& file, const std::string& text,
                           Mistakes& mistakes = first_mistake());

// Where the profiles of a folder are while they replace older ones. If this is there, it has all of
// them, and what else is in the folder does not count.
inline constexpr std::string_view kNewProfiles = ".new-profiles";

// Reads every *.json of a folder; other files are ignored. `threads` share the work.
ProfileSet read_profiles(const std::string& folder, int threads = 1);

}  // namespace calculon
