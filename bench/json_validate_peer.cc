#include "json_validate_peer.h"

#include <cstring>
#include <memory>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <string>
#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#include <vector>

struct peer {
    rapidjson::Document text;
    std::vector<std::string> texts;
    std::vector<std::unique_ptr<rapidjson::Document>> instances;

    virtual ~peer() = default;
    virtual bool is_valid(const rapidjson::Document &instance) = 0;
};

namespace
{

struct rapidjson_peer : peer {
    std::unique_ptr<rapidjson::SchemaDocument> schema;
    std::unique_ptr<rapidjson::SchemaValidator> validator;

    void compile()
    {
        schema.reset(new rapidjson::SchemaDocument(text));
        validator.reset(new rapidjson::SchemaValidator(*schema));
    }
    bool is_valid(const rapidjson::Document &instance) override
    {
        validator->Reset();
        return instance.Accept(*validator);
    }
};

struct valijson_peer : peer {
    valijson::Schema schema;
    valijson::Validator validator;

    void compile()
    {
        valijson::SchemaParser parser;
        valijson::adapters::RapidJsonAdapter adapter(text);
        parser.populateSchema(adapter, schema);
    }
    bool is_valid(const rapidjson::Document &instance) override
    {
        return validator.validate(schema, valijson::adapters::RapidJsonAdapter(instance), nullptr);
    }
};

template <typename Peer> peer *make(const char *schema)
{
    std::unique_ptr<Peer> made(new Peer);
    if (made->text.Parse(schema).HasParseError())
        return nullptr;
    try {
        made->compile();
    } catch (const std::exception &) {
        return nullptr;
    }
    return made.release();
}

} // namespace

struct peer *peer_new(const char *name, const char *schema)
{
    if (std::strcmp(name, "rapidjson") == 0)
        return make<rapidjson_peer>(schema);
    return std::strcmp(name, "valijson") == 0 ? make<valijson_peer>(schema) : nullptr;
}

void peer_add(struct peer *peer, const char *instance)
{
    peer->texts.emplace_back(instance);
    peer->instances.emplace_back(new rapidjson::Document);
    peer->instances.back()->Parse(instance);
}

size_t peer_validate(struct peer *peer, int parse)
{
    size_t count = 0;
    for (size_t i = 0; i < peer->texts.size(); i++) {
        if (parse) {
            rapidjson::Document document;
            document.Parse(peer->texts[i].data(), peer->texts[i].size());
            count += peer->is_valid(document);
        } else {
            count += peer->is_valid(*peer->instances[i]);
        }
    }
    return count;
}
