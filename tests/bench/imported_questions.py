"""What agents type where the catalogue is an import of endoflife.date, and the page that answers it.

A page is an address below the site's own; the place on it does not count.
"""

from __future__ import annotations

QUESTIONS: tuple[tuple[str, str], ...] = (
    # A product by its name, its id and what else it is called
    ("debian", "products/debian/"),
    ("Node.js", "products/nodejs/"),
    ("node", "products/nodejs/"),
    ("k8s", "products/kubernetes/"),
    ("postgres", "products/postgresql/"),
    ("golang", "products/go/"),
    ("mssql", "products/mssqlserver/"),
    ("red hat enterprise linux", "products/rhel/"),
    ("httpd", "products/apache-http-server/"),
    ("rails", "products/ruby-on-rails/"),
    ("svn", "products/apache-subversion/"),
    ("esxi", "products/vmware-esxi/"),
    # Code names
    ("bookworm", "products/debian/"),
    ("jammy", "products/ubuntu/"),
    ("jammy jellyfish", "products/ubuntu/"),
    ("macos ventura", "products/macos/"),
    ("ventura", "products/macos/"),
    ("dunfell", "products/yocto/"),
    # A line of releases
    ("debian 11", "products/debian/"),
    ("is debian 12 still supported", "products/debian/"),
    ("when does python 3.9 end", "products/python/"),
    ("ubuntu 22.04 lts", "products/ubuntu/"),
    ("rhel 8 end of life", "products/rhel/"),
    ("windows server 2016 support", "products/windows-server/"),
    ("windows 11 23h2", "products/windows/"),
    ("windows xp", "products/windows/"),
    ("sql server 2019", "products/mssqlserver/"),
    ("visual studio 2022", "products/visual-studio/"),
    ("office 2019 end of support", "products/office/"),
    ("iphone 13 pro max", "products/iphone/"),
    ("postgresql 14 eol", "products/postgresql/"),
    ("mariadb 10.6 support until", "products/mariadb/"),
    ("go 1.22 end of life", "products/go/"),
    ("php 8.1", "products/php/"),
    ("nextcloud 29 eol", "products/nextcloud/"),
    ("react 18", "products/react/"),
    ("kubernetes v1.29", "products/kubernetes/"),
    ("drupal 7 end", "products/drupal/"),
    # The newest
    ("latest node", "products/nodejs/"),
    ("latest node release", "products/nodejs/"),
    ("newest firefox", "products/firefox/"),
    ("current version of python", "products/python/"),
    ("which ubuntu is supported", "products/ubuntu/"),
    # One release
    ("is python 3.14.0 out?", "products/python/"),
    ("python 3.9.18", "products/python/"),
    ("nginx 1.25.3", "products/nginx/"),
    ("redis-7.2.4", "products/redis/"),
    ("Django==4.2.7", "products/django/"),
    ("wordpress 6.4.2 released", "products/wordpress/"),
    ("is 26.7.0 out?", "products/nodejs/"),
    ("1.10.0", "products/apache-airflow/"),
    # With a slip of the keys
    ("debain 11", "products/debian/"),
    ("pyhton 3.9", "products/python/"),
    ("kuberentes 1.29", "products/kubernetes/"),
    ("bokworm", "products/debian/"),
    # In German
    ("wann endet python 3.9", "products/python/"),
    ("ist node 24 schon raus", "products/nodejs/"),
    ("welche version von postgresql ist aktuell", "products/postgresql/"),
    ("wie lange wird debian 11 noch unterstützt", "products/debian/"),
    ("neueste version von mariadb", "products/mariadb/"),
)
# What must be in no answer to a question about something that there is.
DENIALS = ("as a release of its own", "No product has", "not out", "no release that")
