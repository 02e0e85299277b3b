"""The tree of territories (country, region, commune): codes, names in every interface language,
outlines for maps, postcodes. Holds open geographic data with its source; never a person, a campaign
or a figure about them.
"""
